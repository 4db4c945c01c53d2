"""One file or package per engine.

Each names an ``ENGINE`` that takes views and is an ``Engine``. One that needs settings, or another
engine beside it, also has ``configured(views, aside=ENGINE_IN_PROCESS, given=SETTINGS)``.
"""
