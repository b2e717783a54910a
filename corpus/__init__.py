"""The sample papers that ship with the program: `sample/*.md`, retold from published papers in other words."""
