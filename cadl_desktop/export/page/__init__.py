"""Page in which the network itself paints, by WebGL2."""
