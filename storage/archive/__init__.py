"""The archive: fetched responses as WARC files, found through the database.

`warc` and `members` say how a record is written; `segments` which file a transaction writes to;
`keeping` keeps, `reading` reads back, `verifying` checks; `retention` and `compacting` drop what
may go; `importing` and `moving` bring in what others, and older databases, hold.
"""
