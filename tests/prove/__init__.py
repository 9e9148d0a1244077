"""Whether the platform keeps what it promises while it is treated badly: a rig outside of its processes.

Clients work as good clients do and write every fact that was acknowledged to a ledger of their own; meanwhile things
die, stop, are cut off and come twice, by a seed. At the end the ledger is compared with what is there: every fact once,
every event with its effect in every service, nothing stuck.
"""
