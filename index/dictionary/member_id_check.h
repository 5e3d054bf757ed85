// Checks member ids (docs/semantics.md, rules 3 and 15).
#ifndef MUSTER_INDEX_DICTIONARY_MEMBER_ID_CHECK_H_
#define MUSTER_INDEX_DICTIONARY_MEMBER_ID_CHECK_H_

#include <optional>
#include <string>
#include <string_view>

namespace muster::index {

// Why a text is no member id. A plain value.
struct MemberIdFault {
  bool is_text = false;  // the bytes are no text: not UTF-8, or with NUL
  std::string why;       // a sentence: "the member id is empty"
};

// Explains why a text is no member id; empty if it is one. White space at its ends is part of it.
std::optional<MemberIdFault> FaultOfMemberId(std::string_view id);

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_MEMBER_ID_CHECK_H_
