"""GraphQL: types derived from the questions' answers and from the vocabulary's rows."""
