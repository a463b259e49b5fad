"""Which support is for whom: the profile of an asker, the three-valued matcher, the question put back, the road map."""
