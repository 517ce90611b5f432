"""What officers type: a new round, participants, quotas, the policy, agreements."""
