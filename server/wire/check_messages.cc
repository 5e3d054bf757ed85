#include "server/wire/check_messages.h"

#include <string>

#include "text/utf8.h"

namespace muster::server {
namespace {

// Keys of damaged records may hold any bytes, so texts are made valid UTF-8.
void EncodeFinding(const index::Finding& finding, v1::VerificationProblem& encoded) {
  encoded.set_text(MendUtf8(finding.text));
  const std::string name = MendUtf8(finding.subject.name);
  switch (finding.subject.kind) {
    case index::Subject::Kind::kEveryone:
      encoded.set_everyone(true);
      break;
    case index::Subject::Kind::kTag:
      if (!name.empty()) encoded.set_tag(name);
      break;
    case index::Subject::Kind::kIdList:
      encoded.set_list(name);
      break;
    case index::Subject::Kind::kSegment:
      encoded.set_segment(name);
      break;
    case index::Subject::Kind::kSalt:
      encoded.set_salt(name);
      break;
    case index::Subject::Kind::kNone:
    case index::Subject::Kind::kStore:
    case index::Subject::Kind::kEdge:
      break;
  }
}

}  // namespace

v1::VerifyPopulationResponse EncodeCheck(const index::Check& check, bool ended) {
  v1::VerifyPopulationResponse message;
  message.set_check(check.name);
  message.set_record_count(check.records);
  message.set_byte_count(check.bytes);
  message.set_ended(ended);
  message.set_problem_count(check.problems);
  if (!ended) return message;
  for (const index::Finding& problem : check.first_problems) EncodeFinding(problem, *message.add_problems());
  return message;
}

}  // namespace muster::server
