"""Forget: remove an article, or a person's name, from everything that is kept.

`articles` and `names` say what goes, in one transaction with the record that it went (`recording`)
and with the hashes by which it is known if it comes again; `evidence` drops responses; `purging`
takes the bytes out of the database's files afterwards.
"""
