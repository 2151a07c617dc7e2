"""Fields that take text: numbers in any locale's way, lines with a grammar, and whose their keys are."""
