"""Drafts that cannot be lost: what somebody types into a form is kept before it is sent.

`kinds` says which forms have drafts and who may write them, `merging` puts two people's typing
together field by field, `domain` keeps and drops drafts, `pages` is what a form's own view needs,
`views` is where the browser saves. docs/developers/drafts.md shows how a form gets one.
"""
