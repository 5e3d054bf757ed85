#include "index/dictionary/member_id_check.h"

#include "text/controls.h"
#include "text/limits.h"
#include "text/quoted.h"
#include "text/sentence.h"
#include "text/utf8.h"

namespace muster::index {

std::optional<MemberIdFault> FaultOfMemberId(std::string_view id) {
  if (id.empty()) return MemberIdFault{false, "the member id is empty"};
  const auto fault = [id](bool is_text, std::string_view why) {
    return MemberIdFault{is_text, Sentence("the member id ", Quoted(id), " ", why)};
  };
  if (id.size() > kMemberIdBytesMax)
    return fault(false, Sentence("has ", id.size(), " bytes; at most ", kMemberIdBytesMax, " are taken"));
  if (!IsValidUtf8(id)) return fault(true, "is not UTF-8; convert the input");
  if (id.find('\0') != std::string_view::npos) return fault(true, "holds a NUL byte");
  if (HasControlCharacter(id)) return fault(false, "holds a control character");
  return std::nullopt;
}

}  // namespace muster::index
