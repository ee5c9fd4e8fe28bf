"""Any bytes at all give an answer or one clear error: fuzzing of every place where bytes come in."""
