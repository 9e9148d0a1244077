"""How are rows kept? Units of work, each of one tenant; mapped tables, lists, migrations, the tenants themselves.

There is no session without a tenant, and everything of a unit is stored together or not at all.
"""
