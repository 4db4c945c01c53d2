"""What breaks: the rules of a change over assemblies, hosts, services and models.

``target`` understands the change, ``judge`` applies rules 1 to 3 to one assembly on one footing,
``estate`` goes over all of them and carries what breaks outward. ``candidate`` is the port of
rule 3. All that is known of families and capabilities comes from the rows of the view.
"""
