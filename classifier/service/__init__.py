"""The service: API, workbench, storage and security around classifier and evaluator."""
