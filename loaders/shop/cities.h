// The cities of the shop's members.
#ifndef MUSTER_LOADERS_SHOP_CITIES_H_
#define MUSTER_LOADERS_SHOP_CITIES_H_

#include <string>
#include <vector>

namespace muster::loaders {

// A city with its province and its tier: 1 (一线), 2 (新一线), 3 (二线), 4 (三线), 5 (四线及以下).
struct City {
  std::string name;
  std::string province;
  int tier = 5;
};

// 300 of them.
const std::vector<City>& Cities();

// The city for a number in [0, 1). Large cities are much more frequent: 北京 is some forty times as frequent as
// a small one.
const City& CityFor(double roll);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SHOP_CITIES_H_
