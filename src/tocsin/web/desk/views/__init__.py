"""What each desk page shows, exactly. Filled by the store for one reader; drawn by `web.render`.

Every page carries a Shell. Marks were checked before a view was filled: nothing here is left out later.
"""
