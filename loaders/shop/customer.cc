#include "loaders/shop/customer.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include "loaders/shop/dice.h"

namespace muster::loaders {
namespace {

// What a random number is used for. New questions get new numbers, so that the results of old ones don't
// change.
enum Question : uint64_t {
  kJoin = 1,
  kGender,
  kGenderKnown,
  kAgeA,
  kAgeB,
  kAgeC,
  kAgeTail,
  kBirthDay,
  kBirthKnown,
  kCity,
  kCityKnown,
  kWealth,
  kVisitRate,
  kOrderRate,
  kVisitPhase,
  kOrderPhase,
  kSource,
  kLeaves,
  kLeaveDay,
  kBrand,
  kBasket,
  kReturns,
  kBalance,
  kBalanceAmount,
  kSms,
  kEmail,
  kPush,
  kConsentKnown,
  kChildren,
  kChildrenKnown,
  kInterestsKnown,
  kCategory,
  kHour,
  kMinute,
  kAppOpen,
  kChannel = 100,
  kCoupon = 200,
  kInterest = 300,
  kInterestWeight = 400,
  kOrderAmount = 1000
};

constexpr int kLongestMembership = 1500;  // days before the base day
constexpr int64_t kDaySeconds = 86400;
constexpr int64_t kBaseDayUnix = 20484;  // 2026-01-31, days since 1970
constexpr int64_t kZoneSeconds = int64_t{8} * 3600;

// Who has an interest. The probability is `base`, times `women` for women, and decreases with the distance in
// years from `age`.
struct InterestModel {
  const char* name;
  double base, women, age, years;
};
constexpr InterestModel kInterests[] = {
    {"美妆", 0.22, 3.5, 28, 12}, {"护肤", 0.20, 3.2, 34, 14}, {"母婴", 0.10, 2.0, 32, 6},
    {"游戏", 0.30, 0.35, 22, 9}, {"数码", 0.26, 0.5, 30, 13}, {"运动", 0.24, 0.8, 30, 16},
    {"户外", 0.14, 0.8, 38, 14}, {"美食", 0.30, 1.1, 33, 25}, {"旅行", 0.24, 1.1, 35, 18},
    {"家居", 0.16, 1.4, 40, 14}, {"汽车", 0.18, 0.3, 40, 14}, {"服饰", 0.26, 1.9, 27, 14},
    {"图书", 0.14, 1.1, 38, 25}, {"音乐", 0.18, 1.0, 24, 14}, {"影视", 0.22, 1.1, 27, 18},
    {"宠物", 0.14, 1.3, 28, 12}, {"健身", 0.18, 0.9, 29, 10}, {"养生", 0.16, 1.2, 58, 14},
    {"园艺", 0.08, 1.3, 55, 14}, {"钓鱼", 0.08, 0.1, 50, 15}, {"茶", 0.12, 0.6, 50, 18},
    {"酒", 0.12, 0.3, 42, 14},   {"潮玩", 0.12, 1.0, 22, 7},  {"电竞", 0.16, 0.2, 20, 6},
};
constexpr const char* kChannels[] = {"app", "小程序", "web", "门店", "直播"};
constexpr const char* kCoupons[] = {"新人礼包",   "满300减40", "满100减10", "免邮券",   "生日券",
                                    "会员日八折", "美妆专享",  "数码专享",  "母婴专享", "老客回归"};
constexpr const char* kBrands[] = {"Apple", "华为", "小米", "OPPO", "vivo", "荣耀", "三星"};
constexpr const char* kSources[] = {"搜索", "广告", "朋友推荐", "门店", "直播", "自然流量"};
constexpr const char* kLevels[] = {"普通", "银卡", "金卡", "铂金", "黑金"};

// Hidden traits, unknown to the shop, that determine the known ones.
struct Nature {
  double age = 0;  // at the base day, in years
  bool woman = false;
  double wealth = 0;  // 0 to 1
  double visits = 0;  // a day
  double orders = 0;  // a day
  int joined = 0;
  int active_until = 0;  // the last day with any visit, or today
};

// The characters of ids: no vowels, 0 or 1, so that ids are neither words nor numbers.
constexpr char kIdLetters[] = "23456789BCDFGHJKLMNPQRSTVWXYZbcd";

// A bijection on 40 bits that scatters ids.
std::string ScatteredId(uint64_t seed, uint64_t index) {
  constexpr uint64_t kMask = (uint64_t{1} << 40) - 1;
  uint64_t x = (index + seed * 0x9e3779b9) & kMask;
  for (int round = 0; round < 3; ++round) {
    x = (x * 0x5851f42d4d) & kMask;  // odd, so that it is invertible
    x ^= x >> 21;
  }
  std::string id(8, ' ');
  for (char& letter : id) {
    letter = kIdLetters[x & 31];
    x >>= 5;
  }
  return id;
}

// The number of events by `days` at a constant rate, and the time of the last one.
int64_t EventsBy(double rate, double phase, double days) {
  return std::max<int64_t>(0, static_cast<int64_t>(std::floor(rate * days + phase)));
}
double DayOfEvent(double rate, double phase, int64_t number) {
  return std::max(0.0, (static_cast<double>(number) - phase) / rate);
}

const char* SourceFor(double roll, double age) {
  const double live = age < 30 ? 0.18 : 0.05;
  const double steps[] = {0.22, 0.30, 0.18, 0.12, live};
  for (size_t i = 0; i < std::size(steps); ++i) {
    if (roll < steps[i]) return kSources[i];
    roll -= steps[i];
  }
  return kSources[std::size(kSources) - 1];
}

const char* BrandFor(double roll, double wealth) {
  const double apple = 0.12 + 0.45 * wealth;
  if (roll < apple) return kBrands[0];
  const double rest = (roll - apple) / (1 - apple);
  constexpr double kSteps[] = {0.28, 0.50, 0.65, 0.80, 0.94};
  for (size_t i = 0; i < std::size(kSteps); ++i) {
    if (rest < kSteps[i]) return kBrands[i + 1];
  }
  return kBrands[std::size(kBrands) - 1];
}

// How a person became a customer.
struct Arrival {
  const char* source = nullptr;
  double age = 0;
  int joined = 0;  // a day
};

Nature NatureOf(const Dice& dice, const City& city, const Arrival& arrival, int day) {
  const auto [source, age, joined] = arrival;
  Nature nature;
  nature.age = age;
  nature.woman = dice.Chance(kGender, 0.56);
  nature.wealth =
      std::clamp(0.09 * (5 - city.tier) + 0.004 * (age - 18) + 0.5 * dice.Unit(kWealth), 0.0, 1.0);
  const double young = std::clamp((45 - age) / 27, 0.0, 1.0);
  const double roll = dice.Unit(kVisitRate);
  nature.visits = 0.01 + (0.5 + 0.6 * young) * roll * roll * roll;
  nature.orders = nature.visits * (0.02 + 0.16 * dice.Unit(kOrderRate) * (0.4 + nature.wealth));
  nature.joined = joined;
  // Half of the customers from advertisements leave some day, and one in six of the others.
  const bool leaves = dice.Chance(kLeaves, std::string_view(source) == "广告" ? 0.5 : 0.17);
  const int leave_day = joined + 1 + static_cast<int>(dice.Unit(kLeaveDay) * kLongestMembership);
  nature.active_until = leaves ? std::min(day, leave_day) : day;
  return nature;
}

void KnowPerson(const Dice& dice, const Nature& nature, Customer& customer) {
  if (dice.Chance(kGenderKnown, 0.93)) customer.gender = nature.woman ? "女" : "男";
  if (dice.Chance(kBirthKnown, 0.86)) {
    customer.birth_day =
        -static_cast<int>(nature.age * 365.25) - static_cast<int>(dice.Below(kBirthDay, 365));
  }
  customer.phone_brand = BrandFor(dice.Unit(kBrand), nature.wealth);
  const double parent = nature.age < 24 ? 0.03 : (nature.age < 48 ? 0.62 : 0.25);
  if (dice.Chance(kChildrenKnown, 0.6)) customer.has_children = dice.Chance(kChildren, parent);
}

void KnowInterests(const Dice& dice, const Nature& nature, Customer& customer) {
  const bool known = dice.Chance(kInterestsKnown, 0.91);
  double best = 0;
  for (size_t i = 0; i < std::size(kInterests); ++i) {
    const InterestModel& model = kInterests[i];
    const double years = (nature.age - model.age) / model.years;
    const double chance = model.base * (nature.woman ? model.women : 1) / (1 + years * years);
    const double roll = dice.Unit(kInterest + i);
    // The most bought category follows from interests, known or not.
    const double pull = chance * (0.3 + dice.Unit(kCategory + (i << 32)));
    if (pull > best) {
      best = pull;
      customer.category = model.name;
    }
    if (known && roll < std::min(chance, 0.9)) {
      customer.interests.push_back({model.name, 1 + static_cast<int>(dice.Below(kInterestWeight + i, 100))});
    }
  }
}

void KnowChannels(const Dice& dice, const Nature& nature, Customer& customer) {
  const double young = std::clamp((50 - nature.age) / 32, 0.0, 1.0);
  const double chances[] = {0.30 + 0.5 * young, 0.55, 0.25, 0.5 - 0.35 * young, 0.08 + 0.3 * young};
  for (size_t i = 0; i < std::size(kChannels); ++i) {
    if (dice.Chance(kChannel + i, chances[i])) customer.channels.push_back(kChannels[i]);
  }
  const bool has_app = dice.Chance(kChannel, chances[0]);
  if (has_app) {
    const int64_t day = kBaseDayUnix + nature.joined + static_cast<int>(dice.Below(kAppOpen, 5));
    customer.first_app_open_ms =
        (day * kDaySeconds - kZoneSeconds) * 1000 + dice.Below(kAppOpen + (1u << 20), 86400000);
  }
  if (dice.Chance(kConsentKnown, 0.95)) customer.sms_consent = dice.Chance(kSms, 0.85 - 0.45 * young);
  if (dice.Chance(kConsentKnown + (1u << 20), 0.7)) {
    customer.email_consent = dice.Chance(kEmail, 0.2 + 0.4 * nature.wealth);
  }
  if (has_app) customer.push_consent = dice.Chance(kPush, 0.62);
}

void KnowVisits(const Dice& dice, const Nature& nature, int day, Customer& customer) {
  const double phase = dice.Unit(kVisitPhase);
  const int64_t visits = EventsBy(nature.visits, phase, nature.active_until - nature.joined);
  const int64_t last_day =
      nature.joined + (visits == 0 ? 0 : static_cast<int64_t>(DayOfEvent(nature.visits, phase, visits)));
  // Evenings are twice as busy as mornings; nights are nearly empty.
  const double hour = 8 + 15.9 * std::sqrt(dice.Unit(kHour + (static_cast<uint64_t>(visits) << 32)));
  customer.last_seen_s = last_day * kDaySeconds + static_cast<int64_t>(hour * 3600) +
                         dice.Below(kMinute + (static_cast<uint64_t>(visits) << 32), 60);
  const double away = static_cast<double>(day - last_day);
  customer.churn_risk = static_cast<int>(100 * (1 - std::exp(-away * (0.4 + nature.visits) / 60)));
}

void KnowOrders(const Dice& dice, const Nature& nature, int day, Customer& customer) {
  const double phase = dice.Unit(kOrderPhase);
  customer.order_count = EventsBy(nature.orders, phase, nature.active_until - nature.joined);
  const double basket = 3000 + 40000 * nature.wealth * nature.wealth * (0.4 + dice.Unit(kBasket));
  for (int64_t order = 1; order <= customer.order_count; ++order) {
    const double roll = dice.Unit(kOrderAmount + static_cast<uint64_t>(order));
    const int64_t amount = 990 + static_cast<int64_t>(basket * (0.3 + 1.4 * roll * roll));
    customer.order_amount += amount;
    const int order_day = nature.joined + static_cast<int>(DayOfEvent(nature.orders, phase, order));
    if (order_day > day - 90) customer.order_amount_90d += amount;
    customer.last_order_day = order_day;
  }
  if (customer.order_count > 0) {
    const double roll = dice.Unit(kReturns);
    customer.return_rate = static_cast<int>(400 * roll * roll * roll);
  }
  customer.points = customer.order_amount / 125;
  if (dice.Chance(kBalance, 0.4)) {
    customer.balance = static_cast<int64_t>(dice.Below(kBalanceAmount, 30000)) - 4000;
  }
  constexpr int64_t kLevelFrom[] = {0, 50000, 200000, 600000, 2000000};
  const auto above = std::upper_bound(std::begin(kLevelFrom), std::end(kLevelFrom), customer.order_amount);
  const size_t level = static_cast<size_t>(above - std::begin(kLevelFrom)) - 1;
  customer.level = kLevels[level];
  customer.vip = level >= 2;
  for (size_t i = 0; i < std::size(kCoupons); ++i) {
    // Coupons are redistributed every week.
    const uint64_t week = static_cast<uint64_t>((day + (1 << 20)) / 7);
    if (dice.Chance(kCoupon + i + (week << 32), 0.05 + 0.03 * static_cast<double>(level))) {
      customer.coupons.push_back(kCoupons[i]);
    }
  }
}

}  // namespace

uint64_t Shop::CustomersBy(int day) const {
  return day <= 0 ? members_ : members_ + static_cast<uint64_t>(day) * JoiningADay();
}

int Shop::JoinDay(uint64_t index, double roll) const {
  if (index >= members_) return 1 + static_cast<int>((index - members_) / JoiningADay());
  return -static_cast<int>(kLongestMembership * std::pow(roll, 1.6));
}

std::optional<Customer> Shop::CustomerAt(uint64_t index, int day) const {
  const Dice dice(seed_, index);
  const int joined = JoinDay(index, dice.Unit(kJoin));
  if (joined > day) return std::nullopt;
  Customer customer;
  customer.id = ScatteredId(seed_, index);
  customer.registered_day = joined;
  double age = 18 + 14 * (dice.Unit(kAgeA) + dice.Unit(kAgeB) + dice.Unit(kAgeC));
  if (dice.Chance(kAgeTail, 0.08)) age += 16;
  customer.source = SourceFor(dice.Unit(kSource), age);
  const City& city = CityFor(dice.Unit(kCity));
  if (dice.Chance(kCityKnown, 0.975)) customer.city = &city;
  const Nature nature = NatureOf(dice, city, {customer.source, age, joined}, day);
  KnowPerson(dice, nature, customer);
  KnowInterests(dice, nature, customer);
  KnowChannels(dice, nature, customer);
  KnowVisits(dice, nature, day, customer);
  KnowOrders(dice, nature, day, customer);
  return customer;
}

}  // namespace muster::loaders
