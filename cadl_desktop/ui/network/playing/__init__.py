"""What a person does to neurons and weights: menus, keys, and the small windows that these open."""
