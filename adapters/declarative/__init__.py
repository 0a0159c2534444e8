"""Adapters made of a folder of YAML, without a line of Python.

`finding` finds the folder, `vocabulary` says what maps translate from and to, `running` carries the steps of an operation
out, `outcomes` makes an outcome of what was read, `adapter` is the adapter.
"""
