"""The spiders: one walks any portal, one only looks at its lists."""
