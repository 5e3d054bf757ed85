// Builds messages from texts and numbers. absl::StrCat alone doesn't accept std::string_view: see
// text/abseil_text.h.
#ifndef MUSTER_TEXT_SENTENCE_H_
#define MUSTER_TEXT_SENTENCE_H_

#include <string>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "text/abseil_text.h"

namespace muster {

// Appends the parts to `sentence` in order: anything that converts to std::string_view, and what absl::StrCat
// accepts.
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

// The parts as one string.
template <typename... Parts>
std::string Sentence(const Parts&... parts) {
  std::string sentence;
  AppendSentence(sentence, parts...);
  return sentence;
}

}  // namespace muster

#endif  // MUSTER_TEXT_SENTENCE_H_
