"""Where documents come from when nobody hands one in: what looks at a machine writes one."""
