// A compute program that ends before it answers.
process.stderr.write('a last word\n')
process.exit(7)
