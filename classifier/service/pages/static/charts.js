// Draws what stands in data-chart with ECharts. Tooltips are rich text: the content policy
// allows no inline style, which ECharts' HTML tooltips need.
(function () {
  "use strict";
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const font = window.getComputedStyle(document.body).fontFamily;
  const COLOURS = ["#1f4e8c", "#b35a00", "#0b6b3a", "#5b4a8a"];

  function bars(values) {
    return {
      color: COLOURS,
      animation: !still,
      textStyle: { fontFamily: font, color: "#1c2733" },
      grid: { left: 8, right: 36, top: 32, bottom: 8, containLabel: true },
      legend: { top: 0, right: 0 },
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
      xAxis: { type: "value", min: values.min, max: values.max },
      yAxis: { type: "category", data: values.names, inverse: true },
      series: values.series.map(function (one) {
        return {
          name: one.name, type: "bar", data: one.values, barMaxWidth: 14,
          label: { show: true, position: "right", formatter: function (p) { return p.value === null ? "—" : Number(p.value).toFixed(2); } },
        };
      }),
    };
  }

  const makers = { bars: bars };
  window.keyfieldCharts = makers; // other pages add their own kinds before the document is ready

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-chart]").forEach(function (place) {
      const make = makers[place.getAttribute("data-chart")];
      const chart = window.echarts.init(place);
      chart.setOption(make(JSON.parse(place.getAttribute("data-values"))));
      new ResizeObserver(function () { chart.resize(); }).observe(place);
    });
  });
})();
