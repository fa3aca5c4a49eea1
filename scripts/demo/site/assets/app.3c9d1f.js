const basket = JSON.parse(localStorage.getItem('basket') ?? '[]');
if (basket.length > 0) document.getElementById('basket').textContent = `${basket.length} things in your basket.`;
