// Puts messages together. Debian's abseil is compiled as C++14 and has a string_view of its own, which a
// std::string_view doesn't convert to. Beside index/dictionary's, because the language depends on abseil
// alone.
#ifndef MUSTER_QUERY_LANGUAGE_SENTENCE_H_
#define MUSTER_QUERY_LANGUAGE_SENTENCE_H_

#include <string>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace muster::query {

inline absl::string_view ForAbseil(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}

// Appends texts and numbers to `sentence`, one after another.
template <typename... Parts>
void AppendSentence(std::string& sentence, const Parts&... parts) {
  const auto append = [&sentence](const auto& part) {
    if constexpr (std::is_convertible_v<decltype(part), std::string_view>) {
      sentence.append(std::string_view(part));
    } else {
      absl::StrAppend(&sentence, part);
    }
  };
  (append(parts), ...);
}

// The parts as one text.
template <typename... Parts>
std::string Sentence(const Parts&... parts) {
  std::string sentence;
  AppendSentence(sentence, parts...);
  return sentence;
}

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_SENTENCE_H_
