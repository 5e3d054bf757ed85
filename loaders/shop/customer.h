// Generates the members of an invented shop.
#ifndef MUSTER_LOADERS_SHOP_CUSTOMER_H_
#define MUSTER_LOADERS_SHOP_CUSTOMER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loaders/shop/cities.h"

namespace muster::loaders {

// The day on which a shop has the requested number of members: 2026-01-31. The days of a Customer are
// relative to it.
inline constexpr int kBaseYear = 2026, kBaseMonth = 1, kBaseDay = 31;

// An interest with its weight in hundredths, 1 to 100.
struct Interest {
  const char* name = "";
  int weight = 0;
};

// The facts known about one customer at the end of one day. Amounts are in cents. An empty field is unknown.
//
// Built-in correlations: in large cities more is bought at higher prices; interests depend on gender, age and
// children; phone brand and level depend on spending; young members use app and live shows and refuse SMS;
// members won by advertisements leave more often; the churn risk depends on the days since the last visit.
struct Customer {
  std::string id;  // 8 letters and digits, scattered
  const char* gender = nullptr;
  std::optional<int> birth_day;
  const City* city = nullptr;
  const char* level = nullptr;
  std::vector<Interest> interests;
  std::vector<const char*> channels;
  std::vector<const char*> coupons;
  const char* phone_brand = nullptr;
  const char* source = nullptr;
  const char* category = nullptr;  // the category that the customer buys most
  int registered_day = 0;
  std::optional<int64_t> first_app_open_ms;  // since 1970
  int64_t last_seen_s = 0;                   // seconds since the start of the base day, local time
  std::optional<int> last_order_day;
  int64_t order_count = 0;
  int64_t order_amount = 0;
  int64_t order_amount_90d = 0;
  int64_t points = 0;
  std::optional<int64_t> balance;  // may be negative
  std::optional<int> return_rate;  // in thousandths
  int churn_risk = 0;              // in hundredths
  std::optional<bool> sms_consent, email_consent, push_consent, has_children;
  bool vip = false;
};

// Generates the customers of one shop. Immutable, thread-safe.
class Shop {
 public:
  // `members`: the number at the base day, at least 1.
  Shop(uint64_t seed, uint64_t members) : seed_(seed), members_(members) {}

  // The number of customers whose index may occur by `day`. Before the base day, some of them may not have
  // joined yet.
  uint64_t CustomersBy(int day) const;
  // The customer `index` at the end of `day`; empty if the customer joined later. The past is fixed: a later
  // day only adds to it.
  std::optional<Customer> CustomerAt(uint64_t index, int day) const;

 private:
  // Each later day, one new member joins per 1,250 members at the base day.
  uint64_t JoiningADay() const { return members_ / 1250 + 1; }
  int JoinDay(uint64_t index, double roll) const;

  const uint64_t seed_;
  const uint64_t members_;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SHOP_CUSTOMER_H_
