#include "server/wire/check_messages.h"

#include <string>

#include "text/utf8.h"

namespace muster::server {

v1::VerifyPopulationResponse EncodeCheck(const index::Check& check, bool ended) {
  v1::VerifyPopulationResponse message;
  message.set_check(check.name);
  message.set_record_count(check.records);
  message.set_byte_count(check.bytes);
  message.set_ended(ended);
  message.set_problem_count(check.problems);
  if (!ended) return message;
  for (const std::string& problem : check.first_problems) message.add_problems(MendUtf8(problem));
  return message;
}

}  // namespace muster::server
