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

  Object.assign(window.keyfieldCharts, { ladder: ladder });
})();
