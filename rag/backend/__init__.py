"""Language models that others run or wrote: which there are, where their servers are and who agreed to that, and a
reply as it comes, bounded in time and length."""
