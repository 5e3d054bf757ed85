// Puts messages together from texts and numbers. Debian's abseil is compiled as C++14 and has a string_view
// of its own, so absl::StrCat alone doesn't take std::string_view.
#ifndef MUSTER_TEXT_SENTENCE_H_
#define MUSTER_TEXT_SENTENCE_H_

#include <string>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace muster {

inline absl::string_view ForAbseil(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}
inline std::string_view FromAbseil(absl::string_view text) {
  return std::string_view(text.data(), text.size());
}

// Appends its parts to `sentence`, one after another: anything that converts to std::string_view, and what
// absl::StrCat takes.
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

}  // namespace muster

#endif  // MUSTER_TEXT_SENTENCE_H_
