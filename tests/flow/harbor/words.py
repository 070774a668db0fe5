"""A plain look through texts, by the same idea of a word as the index has: letters and digits, without case and
diacritics."""

import unicodedata


def split(text):
    """The words of a text, in order."""
    words, word = [], ""
    for char in unicodedata.normalize("NFD", text):
        category = unicodedata.category(char)
        if category[0] in "LN" or category == "Co":
            word += char.lower()
        elif category != "Mn" and word:  # a combining mark belongs to the letter before it
            words.append(word)
            word = ""
    return words + [word] if word else words


def stands_in(words, phrase, is_prefix=False):
    """True if the phrase's words stand next to each other in `words`; with is_prefix the last one may go on."""
    size = len(phrase)
    for start in range(len(words) - size + 1):
        last = words[start + size - 1]
        if words[start:start + size - 1] == phrase[:-1] and (last.startswith(phrase[-1]) if is_prefix else last == phrase[-1]):
            return True
    return False
