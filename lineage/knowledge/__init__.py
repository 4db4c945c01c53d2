r"""Cited compatibility rows and the loader that turns them into ordinary claims.

``data/*.json`` is the public pack. A row is ``{"type", "subject", "value", "source"}`` with an
optional ``grade``; it becomes a Property statement whose name is the type and whose value holds
the fields of KNOWLEDGE, ``source`` and ``grade`` (absent: vendor). A release row also states that
there is such a component. Rows of other packs have the same shape.

Subjects. ``{"component": KEY}`` is one version. ``{"family": KEY, "when": RANGE}`` is every
version of the family in the range (of the family's scheme; absent: all). ``{"pattern": TEXT}`` is
every family whose whole key, or whole name, matches: a glob (``*``, ``?``), or a regular expression
where the text has one of ``\()[]^$+{}|`` or ``.*``. For ``soname`` the pattern is matched against
the whole soname in the same way; for ``mark`` it is always a regular expression, searched.

Capabilities are named without their kind: ``cuda`` is ``capability:cuda``. A value that was known
is a component (``capability:cuda@12.4.1``), so a row about one value has a component subject and a
row about a line a family subject with ``when``. A bare number in a range is a prefix.

How the facts of CUDA are laid out:

- ``provides``: a runtime (``nvidia-cuda-runtime-cu12``, ``nvidia-cuda-runtime``, ``cuda-toolkit``)
  has the rule ``version``; every other ``nvidia-*-cuNN`` is a library with the rule ``mark``; the
  renamed libraries of CUDA 13 have ``version`` where their number is CUDA's and ``=13`` where it
  is their own; ``cuda-python`` and ``cuda-bindings`` are bindings. A component may provide several
  capabilities (cuDNN packages: ``cudnn`` as runtime, ``cuda`` as library); only a ``succeeds`` row
  says of which one a rename is a step.
- ``requires``: ``capability:cuda@13.0.2`` needs ``nvidia-driver`` in ``>=580.95.05`` (``full``);
  ``capability:cuda`` when ``13`` needs ``>=580`` (``minimum``) and ``compute-capability`` in
  ``>=7.5`` (``floor``). "GA" was turned into .0 and "Update n" into .n.
- ``built_for``: a component row with ``build`` ``cu130`` and ``channel`` ``whl/cu130`` is that
  build in that index: an assembly resolves from it where an artefact's index is that text or ends
  with ``/whl/cu130``. A component row without ``build`` is the untagged build of the public index.
- ``soname``: values are majors; a library is judged by all its sonames that an artefact needs.
- ``forward_compat``: ``value`` 13.0, ``driver`` 535 (a branch: a prefix of ``nvidia-driver``).
"""
