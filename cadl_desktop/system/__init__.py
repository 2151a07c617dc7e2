"""Cores, memory, priorities, signals, and processes: whatever the machine is asked for."""
