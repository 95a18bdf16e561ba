// random_words: the list that random_words() picks from; for os/random.c only.
#pragma once

enum { RANDOM_WORDS = 1024, RANDOM_WORD_BYTES = 8 };
extern const char random_word_list[RANDOM_WORDS][RANDOM_WORD_BYTES];
