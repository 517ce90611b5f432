"""Accounts that can be trusted: the second factor, the way back to a lost one, sessions, consent.

`tables` holds what is kept, `standing` what an account has in order, `gate` stops a session that
lacks something, `recovery` is the way back with four eyes, `sessions` ends sessions, `consent`
keeps who agreed to which text, `limits` counts tries.
"""
