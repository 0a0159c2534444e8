"""Rules over documents: the wide form of the language, in which maps of vendors' requests and replies are written.

`verbs` lists what there is, `compiler` makes one value, `conditions` decides, `fields` fills a whole record with lists.
`source` is what all of them read.  The narrow form, `softdock.mappings.language`, has five of the verbs and no document.
"""
