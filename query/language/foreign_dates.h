// Recognizes dates in the forms of other programs.
#ifndef MUSTER_QUERY_LANGUAGE_FOREIGN_DATES_H_
#define MUSTER_QUERY_LANGUAGE_FOREIGN_DATES_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace muster::query {

// The length of the date at the beginning of `text` in another form than YYYY-MM-DD: 17/05/1990, 5/17/1990,
// 1990.05.17, 1990年5月17日, also three numbers with slashes that are no day. 0 if there is none.
size_t ForeignDateBytes(std::string_view text);

// The date that `text` means as a whole, as YYYY-MM-DD; also 19900517, 1990-5-17 and 1990 (its first day). If day
// and month can't be told apart, both dates with "or" between them. Empty if it means none.
std::string MendOfDate(std::string_view text);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_FOREIGN_DATES_H_
