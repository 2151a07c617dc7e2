"""Commands of sweeps: of the machine that leads, of its workers, and the certificates between them."""
