"""What the board of a round shows, as small frozen data for its templates.

`pairs` (table, bars, map), `why` (any two towns), `towns` (one town: next best, why without a
partner), `difference` (two runs side by side). Nothing here changes anything.
"""
