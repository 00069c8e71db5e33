// Pictures beyond plain bars: the ladder of tiers.
(function () {
  "use strict";
  const font = window.getComputedStyle(document.body).fontFamily;
  const ink = "#1c2733", soft = "#55616e";
  const MET = "#0b6b3a", OPEN = "#d9a400", UNMET = "#b35a00";

  function base() {
    return {
      animation: false,
      textStyle: { fontFamily: font, color: ink },
      aria: { enabled: true, decal: { show: true } },
      tooltip: { trigger: "item", renderMode: "richText" },
    };
  }

  function ladder(v) {
    const w = v.words;
    function stack(name, data, colour) {
      return {
        name: name, type: "bar", stack: "c", data: data, itemStyle: { color: colour }, barMaxWidth: 22, xAxisIndex: 0, yAxisIndex: 0,
        label: { show: true, color: "#fff", textBorderColor: ink, textBorderWidth: 2, formatter: function (p) { return p.value || ""; } },
      };
    }
    const rich = { name: { color: ink, fontSize: 12, align: "right" }, said: { color: soft, fontSize: 11, align: "right" } };
    return Object.assign(base(), {
      legend: { top: 0, left: 0, itemWidth: 16, itemGap: 14, data: [w.met, w.open, w.unmet, w.sure, w.possible, w.mark] },
      grid: [
        { left: 8, right: "40%", top: 48, bottom: 4, containLabel: true },
        { left: "64%", right: 28, top: 48, bottom: 4, containLabel: true },
      ],
      xAxis: [
        { type: "value", gridIndex: 0, minInterval: 1, position: "top", name: "", axisLabel: { fontSize: 11 } },
        { type: "value", gridIndex: 1, min: 0, max: v.maximum, position: "top", axisLabel: { fontSize: 11 } },
      ],
      yAxis: [
        {
          type: "category", gridIndex: 0, inverse: true, axisTick: { show: false },
          data: v.names.map(function (name, i) { return name + "\n" + v.decisions[i]; }),
          axisLabel: { rich: rich, formatter: function (s) { const p = s.split("\n"); return "{name|" + (p[0].length > 26 ? p[0].slice(0, 25) + "…" : p[0]) + "}\n{said|" + p[1] + "}"; } },
        },
        {
          type: "category", gridIndex: 1, inverse: true, data: v.names, axisTick: { show: false },
          axisLabel: { color: soft, fontSize: 11, formatter: function (_, i) { return v.low[i] === null ? w.unscored : ""; } },
        },
      ],
      series: [
        stack(w.met, v.met, MET), stack(w.open, v.open, OPEN), stack(w.unmet, v.unmet, UNMET),
        {
          name: w.sure, type: "bar", stack: "s", xAxisIndex: 1, yAxisIndex: 1, data: v.low, barMaxWidth: 22, itemStyle: { color: "#1f4e8c" },
          label: { show: true, position: "insideLeft", color: "#fff", formatter: function (p) { return p.value === null ? "" : String(p.value); } },
        },
        { name: w.possible, type: "bar", stack: "s", xAxisIndex: 1, yAxisIndex: 1, data: v.more, barMaxWidth: 22, itemStyle: { color: "#9db8da" } },
        {
          name: w.mark, type: "scatter", xAxisIndex: 1, yAxisIndex: 1, symbol: "rect", symbolSize: [3, 30], itemStyle: { color: "#b42318" },
          data: v.mark.map(function (m, i) { return m === null || v.low[i] === null ? null : [m, i]; }).filter(Boolean),
        },
      ],
    });
  }

  function percent(x) { return x === null ? "—" : (100 * x).toFixed(1) + "%"; }
  function axis(name) {
    return { type: "value", min: 0, max: 1, name: name, nameLocation: "middle", nameGap: 28, axisLabel: { formatter: function (x) { return Math.round(100 * x) + "%"; } } };
  }

  function calibration(v) {
    const most = Math.max.apply(null, v.bins.map(function (b) { return b.count; }));
    return Object.assign(base(), {
      aria: { enabled: false },
      grid: { left: 56, right: 20, top: 12, bottom: 44 },
      xAxis: axis(v.words.bin_probability),
      yAxis: Object.assign(axis(v.words.bin_right), { nameGap: 40 }),
      series: [
        { name: v.words.ideal, type: "line", data: [[0, 0], [1, 1]], symbol: "none", lineStyle: { type: "dashed", color: soft }, silent: true },
        {
          name: v.words.bin_right, type: "scatter", itemStyle: { color: "#1f4e8c" },
          data: v.bins.map(function (b) { return [b.probability, b.right, b.count]; }),
          symbolSize: function (d) { return 8 + 18 * Math.sqrt(d[2] / most); },
          label: { show: true, position: "top", color: ink, formatter: function (p) { return String(p.value[2]); } },
          tooltip: { formatter: function (p) { return percent(p.value[0]) + " → " + percent(p.value[1]) + " (" + p.value[2] + ")"; } },
        },
      ],
    });
  }

  function automation(v) {
    return Object.assign(base(), {
      aria: { enabled: false },
      legend: { top: 0, right: 0 },
      tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: percent },
      grid: { left: 48, right: 20, top: 30, bottom: 44 },
      xAxis: axis(v.words.slider),
      yAxis: axis(""),
      series: [
        { name: v.words.taken, type: "line", symbol: "none", lineStyle: { width: 2, color: "#1f4e8c" }, itemStyle: { color: "#1f4e8c" }, data: v.curve.map(function (c) { return [c[0], c[1]]; }),
          markLine: { symbol: "none", silent: true, label: { show: false }, lineStyle: { color: "#b42318", type: "solid" }, data: [{ xAxis: v.point[0] }] } },
        { name: v.words.right, type: "line", symbol: "none", lineStyle: { width: 2, type: "dashed", color: "#0b6b3a" }, itemStyle: { color: "#0b6b3a" }, data: v.curve.map(function (c) { return [c[0], c[2]]; }) },
        { name: v.point_name, type: "scatter", symbol: "diamond", symbolSize: 11, itemStyle: { color: "#b35a00" }, data: [[v.point[0], v.point[1]], [v.point[0], v.point[2]]] },
      ],
    });
  }

  function shares(v) {
    const made = window.keyfieldCharts.bars({ names: v.names, min: 0, max: null, series: v.series });
    made.xAxis.axisLabel = { formatter: function (x) { return Math.round(100 * x) + "%"; } };
    made.tooltip.valueFormatter = percent;
    made.aria = { enabled: true, decal: { show: true } };
    made.series.forEach(function (one) { one.label.formatter = function (p) { return percent(p.value); }; one.label.fontSize = 10; one.barMaxWidth = 10; });
    return made;
  }

  Object.assign(window.keyfieldCharts, { ladder: ladder, calibration: calibration, automation: automation, shares: shares });

  document.addEventListener("DOMContentLoaded", function () {
    const slider = document.querySelector("[data-threshold]");
    if (!slider) { return; }
    const place = document.getElementById(slider.getAttribute("data-threshold"));
    const curve = JSON.parse(place.getAttribute("data-values")).curve;
    function move() {
      const at = curve[Math.round(Number(slider.value) * (curve.length - 1))];
      document.getElementById("at").textContent = Number(slider.value).toFixed(2);
      document.querySelector("[data-said=taken]").textContent = percent(at[1]);
      document.querySelector("[data-said=right]").textContent = percent(at[2]);
      const chart = window.echarts.getInstanceByDom(place);
      if (chart) { chart.setOption({ series: [{ markLine: { data: [{ xAxis: Number(slider.value) }] } }] }); }
    }
    slider.addEventListener("input", move);
    move();
  });
})();
