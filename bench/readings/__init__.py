"""What readings cost, from the device's publish to the warning. See RESULTS.md."""
