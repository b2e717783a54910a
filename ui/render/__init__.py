"""Everything that makes markup, and nothing that does anything else: pure functions from values to HTML.

`text` holds what all of it goes through, so that no paper, question or language model can put markup on the page.
"""
