"""What every list page has in common, whatever CMS made it: blocks, items, dates, paginators.

A family says in a `ListRules` what is its own and calls `read_list`. Pure.
"""
