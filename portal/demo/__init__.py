"""The demo association: loaded by walking the real actions, so that nothing in it is an impossible object."""
