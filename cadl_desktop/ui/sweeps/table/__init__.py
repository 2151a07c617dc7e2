"""The table of a sweep's trials: its columns, its order, and what tells two trials apart."""
