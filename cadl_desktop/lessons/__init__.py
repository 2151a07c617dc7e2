"""The lecture's demonstrations as plain mathematics: no Qt, no TensorFlow. Texts are in
resources/lessons."""
