"""The files of an adapter: `adapter.yaml`, a map for each operation, and examples.

`grammar` says what may stand in them, `folder` finds them and puts one folder over another, `maps` and `steps` compile them to
what `compiled` describes.
"""
