"""The gallery: every part in every state on one page, for those who build and those who check.

The towns are real, so that names are as long and as accented as in life; what is said about them
here is invented. Browser tests open it in both schemes, both languages and two widths, with axe.
"""
