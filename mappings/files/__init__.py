"""The files of an adapter: `adapter.yaml`, a map for each operation, and examples.

`grammar` says what may stand in them, `folder` finds them and puts one folder over another, `maps` compiles them to what `compiled` holds.
"""
