"""What can happen in a scenario: the steps, each as it was read."""
