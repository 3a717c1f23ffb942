"""The test harness: what every test gets, and what no test may do."""
