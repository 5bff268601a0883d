"""Networks on which people write reviews, each with one answer of ours at most: lists, memory, answers that replace."""
